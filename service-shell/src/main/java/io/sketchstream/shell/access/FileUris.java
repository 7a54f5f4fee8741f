package io.sketchstream.shell.access;

import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Decides which callers see the `uri` of an image where it is a path of the machine it came from.
/// Other URIs are shown to everyone.
///
/// **Threads:** any.
@Singleton
public final class FileUris {
  private static final Pattern PATH =
      Pattern.compile("(file:|[/\\\\]|[a-z]:[/\\\\]).*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /// What proxies add, one or another.
  private static final List<String> FORWARDED =
      List.of(
          "Forwarded",
          "Via",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Real-IP");

  private final FileUriAudience audience;
  private final boolean open;

  FileUris(AccessConfig config, KeyRing keys) {
    this.audience = config.fileUris();
    this.open = keys.open();
  }

  /// What a caller sees of a `uri`: the same text, or nothing in place of a path.
  public UnaryOperator<String> shownTo(RoutingContext caller) {
    SocketAddress address = caller.request().remoteAddress();
    MultiMap headers = caller.request().headers();
    boolean shown =
        switch (audience) {
          case ALL -> true;
          case NONE -> false;
          case OWNER ->
              isOwner(
                  open,
                  AccessFilter.keyOf(caller),
                  address == null ? null : address.hostAddress(),
                  isForwarded(headers));
        };
    return shown ? UnaryOperator.identity() : FileUris::withoutPath;
  }

  static boolean isForwarded(MultiMap headers) {
    return FORWARDED.stream().anyMatch(headers::contains);
  }

  /// The `uri`, or nothing if it is a path of a machine.
  public static String withoutPath(String uri) {
    return PATH.matcher(uri.strip()).matches() ? "" : uri;
  }

  /// @param address of the caller, in digits; null where it has none
  /// @param forwarded whether a proxy on this machine may have made the call for somebody else
  static boolean isOwner(boolean open, Optional<Key> key, String address, boolean forwarded) {
    return open
        ? !forwarded && address != null && InetAddress.ofLiteral(address).isLoopbackAddress()
        : key.filter(shown -> shown.allows(Scope.ADMIN)).isPresent();
  }
}
