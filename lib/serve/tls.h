// What TLS connections need: the server's certificate, and who the client is.
#pragma once

#include <boost/asio/ssl.hpp>
#include <memory>
#include <string>
#include <vector>

#include "serve/server.h"

namespace mdl {

/// TLS 1.2 or 1.3, HTTP/1.1 alone. Throws Error when a file cannot be read or the key is not the certificate's.
std::shared_ptr<boost::asio::ssl::context> make_tls_context(const TlsOptions& options);

/// Of a client's certificate that has been verified: the common name, and DNS names and URIs it stands for besides.
std::vector<std::string> names_of_client(SSL* connection);

}  // namespace mdl
