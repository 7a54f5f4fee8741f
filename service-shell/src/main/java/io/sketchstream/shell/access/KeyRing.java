package io.sketchstream.shell.access;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The keys that callers may send.
///
/// **Threads:** any.
final class KeyRing {
  static final String COOKIE = Access.COOKIE;

  private static final String BEARER = "Bearer ";

  private final List<Key> fixed;
  private final Optional<Supplier<List<Key>>> changing;

  /// @param fixed keys that are valid as long as this process runs
  /// @param changing those of a file; empty when there is none
  KeyRing(List<Key> fixed, Optional<Supplier<List<Key>>> changing) {
    this.fixed = List.copyOf(fixed);
    this.changing = changing;
  }

  /// Whether callers need no key.
  boolean open() {
    return fixed.isEmpty() && changing.isEmpty();
  }

  /// The key that a request carries.
  ///
  /// @param authorization header of the request; null when it has none
  /// @param cookie value of [#COOKIE]; null when it has none
  Optional<Key> find(String authorization, String cookie) {
    Optional<Key> shown =
        authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
            ? find(authorization.substring(BEARER.length()).strip())
            : Optional.empty();
    return shown.isPresent() || cookie == null ? shown : find(cookie);
  }

  /// All are compared, so that the time does not reveal the position of a key.
  private Optional<Key> find(String text) {
    byte[] hash = Key.hash(text);
    return Stream.concat(fixed.stream(), changing.map(Supplier::get).orElseGet(List::of).stream())
        .filter(key -> key.hasHash(hash))
        .toList()
        .stream()
        .findFirst();
  }
}
