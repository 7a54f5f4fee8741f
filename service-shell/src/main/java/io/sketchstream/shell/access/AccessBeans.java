package io.sketchstream.shell.access;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Creates the access rules from the settings, and checks them before anything starts.
@Singleton
class AccessBeans {
  private static final int BEFORE_ALL = 1;
  private static final int SECRET_SIZE = 32;

  private final AccessConfig config;
  private final Access access;
  private final KeyRing keys;
  private final SiteRules sites;

  AccessBeans(
      AccessConfig config,
      @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host,
      @ConfigProperty(name = "quarkus.http.cors.enabled", defaultValue = "false") boolean cors,
      @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> origins) {
    this.config = config;
    Optional<Supplier<List<Key>>> file = config.keysFile().map(path -> new KeysFile(path)::keys);
    Optional<String> token = config.token().filter(text -> !text.isBlank());
    // With keys in a file alone, the services of this process still show each other one.
    this.access =
        new Access(file.isPresent() ? Optional.of(token.orElseGet(AccessBeans::secret)) : token);
    this.keys =
        new KeyRing(
            access.token().map(text -> Key.ofAll("access.token", text)).stream().toList(), file);
    this.sites =
        new SiteRules(
            keys.open() && isLoopback(host),
            host,
            config.hosts().orElseGet(List::of),
            cors ? origins.orElseGet(List::of) : List.of());
  }

  @Produces
  @Singleton
  Access access() {
    return access;
  }

  @Produces
  @Singleton
  KeyRing keys() {
    return keys;
  }

  @Produces
  @Singleton
  SiteRules sites() {
    return sites;
  }

  void start(
      @Observes @Priority(BEFORE_ALL) StartupEvent event,
      @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host) {
    check(keys, host, config.open());
  }

  /// Checks that a service that other machines can reach requires a key, or is explicitly open.
  ///
  /// @param host address that HTTP listens on
  /// @throws IllegalStateException says what to set
  static void check(KeyRing keys, String host, boolean open) {
    if (keys.open() && !open && !isLoopback(host)) {
      throw new IllegalStateException(
          "quarkus.http.host is '"
              + host
              + "', which other machines can reach: set access.token, which callers must then send,"
              + " or access.open=true if the network controls access itself");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // The HTTP server reports it.
    }
  }

  private static String secret() {
    byte[] secret = new byte[SECRET_SIZE];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }
}
