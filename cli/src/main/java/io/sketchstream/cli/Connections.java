package io.sketchstream.cli;

import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// Makes the HTTP client of a [Server].
final class Connections {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private Connections() {}

  /// The caller closes it.
  static HttpClient to(URI base) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    if (base.getScheme().equals("http")) {
      builder.sslContext(trustingNobody());
    }
    return builder.build();
  }

  /// `HttpClient` needs one even for plain HTTP. The default one reads all certificates of the Java
  /// installation, which takes longer than a search.
  private static SSLContext trustingNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) { // Every Java has it.
      throw new IllegalStateException(e);
    }
  }
}
