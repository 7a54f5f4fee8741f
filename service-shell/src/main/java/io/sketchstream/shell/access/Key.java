package io.sketchstream.shell.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.Sha256;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Set;

/// A key that callers send. Only its hash is kept: a key is long and random, so a plain SHA-256
/// can't be reversed by guessing.
final class Key {
  private final String name;
  private final Set<Scope> scopes;
  private final GalleryLimit limit;
  private final byte[] sha256;

  /// @param name of its holder, for the audit log
  /// @param limit to galleries
  Key(String name, Set<Scope> scopes, GalleryLimit limit, byte[] sha256) {
    this.name = name;
    this.scopes = EnumSet.copyOf(scopes);
    this.limit = limit;
    this.sha256 = sha256.clone();
  }

  /// A key with all scopes.
  static Key ofAll(String name, String text) {
    return new Key(name, EnumSet.allOf(Scope.class), GalleryLimit.NONE, hash(text));
  }

  String name() {
    return name;
  }

  boolean allows(Scope scope) {
    return scopes.contains(scope);
  }

  /// The galleries that it is limited to.
  GalleryLimit limit() {
    return limit;
  }

  /// Compares in constant time.
  boolean hasHash(byte[] shown) {
    return MessageDigest.isEqual(sha256, shown);
  }

  static byte[] hash(String text) {
    return Sha256.of(text.getBytes(UTF_8));
  }

  @Override
  public String toString() {
    return name + " " + scopes + " " + limit;
  }
}
