#include "base/module.h"
#include "base/error.h"
#include "serve/server.h"

namespace mdl {

const ServeModule& serve_module() {
  static const auto function =
      reinterpret_cast<const ServeModule* (*)()>(function_of_module("mdl-serve", "mdl", "mdl_serve"));
  return *function();
}

}  // namespace mdl
