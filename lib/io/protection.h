// How this process opens encrypted files and protects what it writes. The command line sets it before the first file is
// opened.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age.h"
#include "crypto/signing_key.h"

namespace mdl {

/// Where the keys are that open files; the first of these that is given counts, and without any of them the environment:
/// MDL_IDENTITY_FILE, a path, or MDL_IDENTITY, the identity itself.
struct KeySources {
  std::vector<std::string> identity_files;
  std::optional<int> identity_descriptor;
  std::optional<int> passphrase_descriptor;  // else passphrases are asked for on the terminal
};

/// From now on the process leaves no core dump, and no other may look into it.
void keep_out_of_core_dumps();

/// Reads the identities. Before that the process is kept out of core dumps and from debuggers; MDL_IDENTITY is wiped
/// from the environment. Throws Error.
void take_keys(const KeySources& sources);

/// What take_keys() read.
const AgeKeys& keys();

struct Protection {
  std::vector<AgeRecipient> recipients;  // whom files are encrypted to that are written; none: they are in clear
  bool of_standard_output = false;       // what goes there is encrypted, too
  std::vector<PublicKey> trust;   // a model, a baseline and gates must be signed by one of them; none: they need not
  int64_t min_model_version = 0;  // what older models are refused by
  bool plaintext_output = false;  // what comes from encrypted input may be written in clear
};
Protection& protection();

/// Remembers that the process has read what was encrypted. From then on messages do not show cells (text.h), and
/// expect_clear_is_allowed() throws.
void note_encrypted_input(const std::string& name);
bool has_encrypted_input();

/// Throws Error when a regular file, `name`, would be written in clear and could tell what an encrypted one holds.
void expect_clear_is_allowed(const std::string& name);

/// A passphrase from the descriptor, or else the terminal; asked twice where it is to be `new_one`. Throws Error.
Secret ask_passphrase(const std::string& prompt, bool new_one, std::optional<int> descriptor);

}  // namespace mdl
