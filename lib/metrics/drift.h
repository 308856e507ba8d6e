// How far the rows at hand are from those that the model learned from.
#pragma once

#include <string>
#include <vector>

namespace mdl {

struct ColumnDrift {
  std::string column;
  bool numeric = true;      // else categorical
  double psi = 0;           // population stability index over the bins of training
  double psi_limit = 0;     // its 95 % quantile where nothing has drifted
  double p_value = 1;       // of Kolmogorov and Smirnov's test on the bins, or the chi-square test; corrected for the number of columns
  bool drifted = false;
};

struct Drift {
  std::vector<ColumnDrift> columns;   // most drifted first
  bool found = false;                 // whether any has drifted
};

}  // namespace mdl
