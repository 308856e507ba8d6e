// Tables as text for a terminal.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"
#include "report/tables.h"

namespace mdl {

/// Behind an empty line the first of a table's forms, widest first, that fits the columns, else the first one in words;
/// empty where it has no rows.
std::string table_text(const std::vector<ReportTable>& forms, const TextStyle& style);

/// A word that must not be missed.
std::string alarming(const std::string& word, bool colour);

}  // namespace mdl
