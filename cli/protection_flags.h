// Flags of commands that open encrypted files, write encrypted ones, or load models that must be signed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "io/protection.h"

namespace mdl {

struct ProtectionFlags {
  std::vector<std::string> identities;  // files
  std::optional<int> identity_descriptor, passphrase_descriptor;
  std::vector<std::string> recipients, recipient_files;
  std::vector<std::string> trust;  // files of public keys
  int64_t min_version = 0;
  bool plaintext_output = false;
};

/// --identity, --identity-fd and --passphrase-fd.
void add_identity_flags(CLI::App& app, ProtectionFlags& flags);

/// --passphrase-fd alone.
void add_passphrase_flag(CLI::App& app, ProtectionFlags& flags);

/// --recipient and --recipients-file.
void add_recipient_flags(CLI::App& app, ProtectionFlags& flags);

/// --trust and --min-version.
void add_trust_flags(CLI::App& app, ProtectionFlags& flags);

/// --plaintext-output.
void add_plaintext_flag(CLI::App& app, ProtectionFlags& flags);

/// All of these: of a command that loads a model and writes what comes of it.
void add_protection_flags(CLI::App& app, ProtectionFlags& flags);

/// Has the process open and protect files as the flags say (io/protection.h), before it opens the first. Throws Error.
void apply(const ProtectionFlags& flags);

KeySources key_sources(const ProtectionFlags& flags);

/// Those of --recipient and --recipients-file, each once.
std::vector<AgeRecipient> recipients_of(const ProtectionFlags& flags);

}  // namespace mdl
