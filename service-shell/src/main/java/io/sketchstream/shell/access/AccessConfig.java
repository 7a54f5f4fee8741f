package io.sketchstream.shell.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import java.util.Optional;

/// Everything an operator can change about who may call.
@ConfigMapping(prefix = "access")
public interface AccessConfig {
  /// What a caller of the API must know, in `Authorization: Bearer TOKEN`; the same in all
  /// services. Nothing: everybody may call. Health and metrics need none.
  Optional<
          @Pattern(
              regexp = "|[A-Za-z0-9._~+/=-]{8,1024}",
              message = "8 to 1024 of A-Z a-z 0-9 . _ ~ + / = -")
          String>
      token();

  /// Whether a service that other machines can reach may run without a token. For networks that let
  /// only the right ones in.
  @WithDefault("false")
  boolean open();
}
