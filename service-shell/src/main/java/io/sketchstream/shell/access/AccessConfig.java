package io.sketchstream.shell.access;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Everything an operator can change about access control.
@ConfigMapping(prefix = "access")
public interface AccessConfig {
  /// Token that requests to the API carry, as `Authorization: Bearer TOKEN`; the same for all
  /// services, which show it to each other. It may do everything. Not set, and no
  /// `access.keys-file`: no key is required. Health and metrics never require one.
  Optional<
          @Pattern(
              regexp = "|[A-Za-z0-9._~+/=-]{8,1024}",
              message = "8 to 1024 of A-Z a-z 0-9 . _ ~ + / = -")
          String>
      token();

  /// File of further keys, one a line: a name, scopes (`read`, `ingest`, `label`, `admin`, joined
  /// by commas), the SHA-256 of the key. Read again when it changes. Services that run apart need
  /// `access.token` as well.
  Optional<Path> keysFile();

  /// Whether a service that other machines can reach may run without a key. For networks that
  /// control access themselves.
  @WithDefault("false")
  boolean open();

  /// Names, or `name:port`, by which callers reach the service, joined by commas, such as that of a
  /// proxy. On loopback without a key no `Host` is answered but 127.0.0.1, localhost, [::1] and
  /// these; pages served under these names may write.
  Optional<List<String>> hosts();

  /// Largest body of a request for which there is no limit of its own.
  @WithDefault("1M")
  MemorySize bodyBytesMax();
}
