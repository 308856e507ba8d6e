// PyTorch's wheels hold Gloo but not its headers, which ProcessGroupGloo.hpp includes. Only pointers to these types cross the boundary.
#pragma once
