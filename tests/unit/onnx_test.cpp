#include "export/onnx_file.h"

#include "catch.h"
