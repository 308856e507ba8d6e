// A main for fuzz targets where the compiler has no libFuzzer: runs every file of the corpus, then changed copies of
// them. The same number of runs always tries the same inputs.
//
//   fuzz_csv tests/fuzz/corpus/csv [--runs N | --seconds N]
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kLongest = 1 << 16;
constexpr const char* kCrash = "fuzz-crash.bin";

std::string current;

void keep_crash() {
  std::ofstream(kCrash, std::ios::binary) << current;
  std::fprintf(stderr, "the input that did it is in %s\n", kCrash);
}

void run(const std::string& input) {
  current = input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(current.data()), current.size());
}

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

  std::string next() {
    std::string input = corpus_[below(corpus_.size())];
    for (size_t changes = 1 + below(4); changes > 0; --changes) change(input);
    input.resize(std::min(input.size(), kLongest));
    return input;
  }

 private:
  size_t below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void change(std::string& input) {
    const size_t at = below(input.size() + 1);
    const size_t length = std::min(input.size() - at, below(2) == 0 ? 1 : below(32));
    const std::string& other = corpus_[below(corpus_.size())];
    const size_t from = below(other.size());
    switch (below(6)) {
      case 0: input.replace(at, length, std::string(length, static_cast<char>(random_()))); break;
      case 1: input.erase(at, length); break;
      case 2: input.insert(at, input.substr(at, length)); break;
      case 3: input.replace(at, length, other.substr(from, below(32))); break;
      case 4: input = input.substr(0, at) + other.substr(from); break;
      case 5: input.insert(at, 1, static_cast<char>(random_())); break;
    }
  }

  const std::vector<std::string>& corpus_;
  std::mt19937_64 random_{1};
};

}  // namespace

int main(int argc, char** argv) {
  size_t runs = 0;
  double seconds = 5;
  std::vector<std::string> corpus;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--runs" && i + 1 < argc) {
      runs = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--seconds" && i + 1 < argc) {
      seconds = std::strtod(argv[++i], nullptr);
    } else {
      std::vector<std::filesystem::path> files;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(argument)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
      }
      std::sort(files.begin(), files.end());
      for (const auto& file : files) {
        std::ifstream stream(file, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
      }
    }
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "usage: %s CORPUS... [--runs N | --seconds N]\n", argv[0]);
    return 2;
  }
  std::signal(SIGABRT, [](int) { keep_crash(); });
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_set_death_callback(keep_crash);
#endif
  for (const std::string& input : corpus) run(input);
  Mutator mutator(corpus);
  size_t done = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto more = [&] {
    if (runs > 0) return done < runs;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds;
  };
  for (; more(); ++done) run(mutator.next());
  std::printf("%zu inputs run\n", corpus.size() + done);
}
