#include "serve/tls.h"

#include <openssl/x509v3.h>

#include <string_view>

#include "base/error.h"
#include "crypto/key_file.h"
#include "crypto/secret.h"
#include "io/input.h"

namespace mdl {
namespace {

namespace asio = boost::asio;

constexpr size_t kLargestCertificates = 4 << 20;
constexpr unsigned char kProtocols[] = "\x08http/1.1";

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  unsigned char* out = nullptr;
  if (SSL_select_next_proto(&out, size, kProtocols, sizeof kProtocols - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = out;
  return SSL_TLSEXT_ERR_OK;
}

/// Calls `use` and names the file in what OpenSSL says of it.
void take(const std::string& path, const char* what, auto use) {
  boost::system::error_code problem;
  use(problem);
  if (problem) fail("{}: is no {}: {}", path, what, problem.message());
}

std::string text_of(const ASN1_STRING* string) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, string);
  std::string text = size < 0 ? std::string() : std::string(reinterpret_cast<char*>(utf8), static_cast<size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

}  // namespace

std::shared_ptr<asio::ssl::context> make_tls_context(const TlsOptions& options) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  // A key with a passphrase is refused and not asked for on the terminal.
  context->set_password_callback([](size_t, asio::ssl::context::password_purpose) { return std::string(); });
  const std::string certificate = read_file(options.certificate, kLargestCertificates);
  take(options.certificate, "certificate in PEM",
       [&](auto& problem) { context->use_certificate_chain(asio::buffer(certificate), problem); });
  Secret key = read_key_file(options.key);
  take(options.key, fmt::format("private key in PEM, without a passphrase, of {}", options.certificate).c_str(),
       [&](auto& problem) {
         context->use_private_key(asio::buffer(key.data(), key.view().size()), asio::ssl::context::pem, problem);
       });
  if (options.client_ca.empty()) return context;
  const std::string authorities = read_file(options.client_ca, kLargestCertificates);
  take(options.client_ca, "certificate in PEM",
       [&](auto& problem) { context->add_certificate_authority(asio::buffer(authorities), problem); });
  // A client without a certificate may still have a token. Sessions are not resumed: who is believed may have changed.
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  return context;
}

std::vector<std::string> names_of_client(SSL* connection) {
  std::vector<std::string> names;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(connection), X509_free);
  if (!certificate || SSL_get_verify_result(connection) != X509_V_OK) return names;
  const X509_NAME* subject = X509_get_subject_name(certificate.get());
  if (const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); at >= 0)
    names.push_back(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> others(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; others && i < sk_GENERAL_NAME_num(others.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(others.get(), i);
    if (name->type == GEN_DNS) names.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_URI) names.push_back(text_of(name->d.uniformResourceIdentifier));
  }
  return names;
}

}  // namespace mdl
