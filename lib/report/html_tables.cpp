#include <fmt/format.h>

#include "report/html_parts.h"
#include "report/style.h"
#include "report/svg.h"

namespace mdl {

std::string page_start(const std::string& title) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
      escaped(title), kStyle);
}

std::string table_end(const std::string& caption) {
  return fmt::format("</tbody>\n<caption>{}</caption>\n</table></div>\n</section>\n", escaped(caption));
}

std::string section(const ReportTable& table, const char* style, const PictureColumn& pictures) {
  if (table.rows.empty()) return "";
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n<div class=\"wide\"><table class=\"{}\">\n<thead><tr>",
                                escaped(table.heading), style);
  const auto word = [&](size_t j) { return j < table.names + table.words ? " class=\"word\"" : ""; };
  for (size_t j = 0; j < table.columns.size(); ++j) {
    if (j == pictures.before) out += fmt::format("<th scope=\"col\" class=\"word\">{}</th>", escaped(pictures.heading));
    out += fmt::format("<th scope=\"col\"{}>{}</th>", word(j), escaped(table.columns[j]));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (size_t i = 0; i < table.rows.size(); ++i) {
    out += "<tr>";
    for (size_t j = 0; j < table.rows[i].size(); ++j) {
      const std::string cell = escaped(table.rows[i][j]);
      if (j == pictures.before) out += fmt::format("<td class=\"strip\">{}</td>", pictures.cells[i]);
      out += j == 0 && table.names > 0 ? fmt::format("<th scope=\"row\">{}</th>", cell)
                                       : fmt::format("<td{}>{}</td>", word(j), cell);
    }
    out += "</tr>\n";
  }
  return out + table_end(fmt::format("{}", fmt::join(table.notes, " ")));
}

}  // namespace mdl
