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
  /// Token for requests to the API, sent as `Authorization: Bearer TOKEN`. It has all scopes. All
  /// services need the same token, as they call each other with it. If neither it nor
  /// `access.keys-file` is set, no key is required. Health and metrics never require one.
  Optional<
          @Pattern(
              regexp = "|[A-Za-z0-9._~+/=-]{8,1024}",
              message = "8 to 1024 of A-Z a-z 0-9 . _ ~ + / = -")
          String>
      token();

  /// File of further keys, one per line: a name, scopes (`read`, `ingest`, `label`, `admin`, joined
  /// by commas), optionally `galleries=` and the galleries that the key is limited to, and the
  /// SHA-256 of the key. Read again when it changes. Services in separate processes need
  /// `access.token` as well.
  Optional<Path> keysFile();

  /// Whether a service that other machines can reach may run without a key. Only for networks that
  /// control access themselves.
  @WithDefault("false")
  boolean open();

  /// Host names, or `name:port`, under which callers reach the service, such as that of a proxy;
  /// joined by commas. On loopback without a key, only requests whose `Host` is 127.0.0.1,
  /// localhost, [::1] or one of these are answered. Pages served under these names may write.
  Optional<List<String>> hosts();

  /// Who sees the `uri` of an image if it is a path (`file:`) of the machine that it came from:
  /// `owner` (keys with the scope `admin`; without keys, callers on the service's machine), `all`
  /// or `none`. Webhooks never carry it. Whoever reads the topics in Kafka sees it. A proxy on the
  /// same machine that sends none of the headers `Forwarded`, `Via`, `X-Forwarded-For`,
  /// `X-Forwarded-Host`, `X-Forwarded-Proto` and `X-Real-IP` is taken for the owner: set `none`
  /// behind one.
  @WithDefault("owner")
  FileUriAudience fileUris();

  /// Largest request body where no other limit applies.
  @WithDefault("1M")
  MemorySize bodyBytesMax();
}
