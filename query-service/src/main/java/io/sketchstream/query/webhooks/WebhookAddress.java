package io.sketchstream.query.webhooks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/// The checked address of a webhook. Connections depend on nothing else in its URL.
///
/// @param url without user and fragment, of http or https
/// @param host name or literal address, without brackets
record WebhookAddress(URI url, String host, int port) {
  private static final int HTTPS = 443;
  private static final int HTTP = 80;
  private static final int PORT_MAX = 65_535;

  /// @throws IllegalArgumentException saying why it can't be called
  static WebhookAddress of(String text, WebhookOptions options) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("webhook is not a URL: " + e.getReason(), e);
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !(scheme.equals("http") && options.allowHttp())) {
      throw new IllegalArgumentException("webhook does not begin with https:");
    }
    if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "webhook needs a host, and may have neither user nor fragment");
    }
    int port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? HTTPS : HTTP;
    if (port == 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("webhook has no valid port");
    }
    String host = url.getHost();
    return new WebhookAddress(
        url, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
  }

  boolean isSecure() {
    return url.getScheme().equalsIgnoreCase("https");
  }

  /// Path and query, as they are in the line of a request.
  String target() {
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return toAscii(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
  }

  /// Host and port, as they are in the header of a request.
  String authority() {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + port;
  }

  /// Java's URI allows other characters, which a request does not.
  private static String toAscii(String part) {
    return URI.create(part).toASCIIString();
  }

  /// Its resolved addresses, all of them allowed.
  ///
  /// @throws IOException when there is none, or one is not allowed
  List<InetAddress> resolve(WebhookOptions options) throws IOException {
    List<InetAddress> addresses;
    try {
      addresses = List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw new IOException("the name " + host + " can't be resolved", e);
    }
    for (InetAddress address : addresses) {
      if (!options.allowPrivate() && !PublicAddresses.isPublic(address)) {
        throw new IOException(
            "its address " + address.getHostAddress() + " is not public: it is not called");
      }
    }
    return addresses;
  }
}
