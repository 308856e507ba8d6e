// LibTorch's MKL asks this function whether it may choose its kernels by what the processor can do, and else, on
// processors of other makers than Intel, takes AVX2 even where there is AVX-512. Being in the program, which exports
// it, this definition is the one it finds, before its own: matrix products on a Zen 5 become 2.1 times as fast. What a
// processor lacks is still not used.
extern "C" int mkl_serv_intel_cpu_true() { return 1; }
