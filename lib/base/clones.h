// A loop before which MDL_CLONES stands is compiled for several instruction sets; the best one for the processor is
// taken when the program is loaded. Clang cannot do that with templates; it builds the fuzz targets alone, which do
// without.
#pragma once

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define MDL_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MDL_CLONES
#endif
