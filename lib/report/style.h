// The CSS of an HTML report: light, dark, narrow and printed.
#pragma once

namespace mdl {

inline constexpr const char* kStyle = R"(
:root{--paper:#fff;--ink:#1c2026;--soft:#5a636e;--rule:#e2e5e9;--wash:#f6f7f9;--one:#2361c4;--two:#c05f12;
--three:#7a3fb0;--good:#1d7a3e;--bad:#b3261e;--unsure:#8a5a00}
@media screen and (prefers-color-scheme:dark){
:root{color-scheme:dark;--paper:#15181c;--ink:#e4e7eb;--soft:#9aa4b0;--rule:#2c3138;--wash:#1c2025;
--one:#6ea3f5;--two:#e6944a;--three:#c39af0;--good:#62c584;--bad:#f2857c;--unsure:#e0b040}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:2.5rem 1.25rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:clamp(1.125rem,4.6vw,1.5rem);line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.0625rem;margin:0 0 .5rem}
p{margin:0 0 .25rem}
header p,figcaption,footer,caption{color:var(--soft)}
header p,li{overflow-wrap:anywhere}
section,header{margin-bottom:2.5rem}
.kind{font-size:.8125rem;margin-bottom:.25rem}
.pair{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:2.5rem 3rem}
.pair>*,.pair>div>section{min-width:0;margin:0}
.pair>div{display:grid;gap:2.5rem;align-content:start}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem;margin:0 0 2.5rem}
.tiles div{background:var(--wash);border-radius:.5rem;padding:.75rem 1rem}
.tiles dt,.tiles .base{font-size:.8125rem;color:var(--soft)}
.tiles dd{margin:0;font-variant-numeric:tabular-nums}
.tiles .value{font-size:1.625rem;line-height:1.3;font-weight:600}
.gates{list-style:none;margin:0;padding:0;font-variant-numeric:tabular-nums}
.gates li{padding:.25rem .75rem;border-left:3px solid var(--good)}
.gates li.fail{border-color:var(--bad)}
.gates li.undecided{border-color:var(--unsure)}
.gates b{color:var(--good)}
.gates .fail b{color:var(--bad)}
.gates .undecided b{color:var(--unsure)}
.wide{overflow-x:auto}
.about{margin:0 0 .5rem;font-size:.875rem}
.about div{display:grid;grid-template-columns:6.5rem 1fr;gap:0 1rem;padding:.25rem 0;border-bottom:1px solid var(--rule)}
.about dt,.reading{color:var(--soft)}
.about dd{margin:0;overflow-wrap:anywhere}
.reading{font-size:.8125rem;margin-top:.5rem}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{caption-side:bottom;text-align:left;padding-top:.5rem;font-size:.8125rem;max-width:calc(100vw - 2.5rem)}
th,td{padding:.25rem .75rem .25rem 0;text-align:right;border-bottom:1px solid var(--rule);font-weight:400}
th:first-child{text-align:left}
thead th{color:var(--soft);font-size:.8125rem;vertical-align:bottom}
.groups th,.groups td{white-space:nowrap}
.groups .strip{width:25%;min-width:7rem}
td:first-child,.word{text-align:left}
.word{white-space:nowrap}
.strip{width:35%}
.strip svg{max-width:none;min-width:6rem}
td:last-child,th:last-child{padding-right:0}
.base,.range{color:var(--soft);white-space:nowrap}
.matrix{border-collapse:separate;border-spacing:2px}
.matrix th,.matrix td{border:0;padding:.4rem .5rem;text-align:center}
.matrix th:first-child{text-align:left;padding-left:0}
.matrix td{border-radius:.25rem;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.matrix td small{display:block;opacity:.8}
.matrix .hit{font-weight:600}
figure{margin:0}
figcaption{font-size:.8125rem;margin-top:.5rem;max-width:27rem}
svg{display:block;width:100%;max-width:30rem;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--soft)}
.end{text-anchor:end}
.middle{text-anchor:middle}
.grid{stroke:var(--rule)}
.axis{stroke:var(--soft)}
.line{fill:none;stroke-width:1.75;stroke-linejoin:round}
.one{stroke:var(--one)}
.two{stroke:var(--two)}
.three{stroke:var(--three)}
.whisker{stroke:var(--ink);stroke-width:1.5}
.guide{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 4}
.bar{stroke:none}
.bar.one{fill:var(--one)}
.bar.two{fill:var(--two)}
.point{fill-opacity:.45}
.point.one{fill:var(--one)}
.heat{font-size:10px}
.frame{fill:none;stroke:var(--rule)}
.dot{stroke:var(--paper);stroke-width:1.5}
.dot.one{fill:var(--one)}
.dot.two{fill:var(--two)}
.dot.mark{fill:var(--ink)}
.key{font-size:.8125rem;color:var(--soft);display:flex;flex-wrap:wrap;gap:0 1rem;margin-bottom:.5rem}
.key i{display:inline-block;width:1rem;height:0;border-top:2px solid;vertical-align:.25em;margin-right:.4rem}
.key .one{border-color:var(--one)}
.key .two{border-color:var(--two)}
.key .three{border-color:var(--three)}
.key .box{width:.65rem;border-top-width:.65rem;vertical-align:-.05em;margin-right:.3rem}
.key .guide{border-top:1px dashed}
.key .mark{width:.5rem;height:.5rem;border:0;border-radius:50%;background:var(--ink);vertical-align:.05em;
-webkit-print-color-adjust:exact;print-color-adjust:exact}
footer span{margin-right:.75rem}
footer{font-size:.8125rem;border-top:1px solid var(--rule);padding-top:.75rem}
@media screen and (max-width:44rem){.tiles{grid-template-columns:1fr 1fr}}
@media print{body{padding:0;font-size:13px;max-width:none}section,header,.tiles{margin-bottom:1.5rem}
section,figure,tr,.tiles{break-inside:avoid}.pair{grid-template-columns:1fr 1fr}.wide{overflow:visible}
.cells{font-size:.5rem}.cells thead th{font-size:inherit}
.cells th,.cells td{white-space:normal;overflow-wrap:anywhere;padding-right:.25rem}}
)";

}  // namespace mdl
