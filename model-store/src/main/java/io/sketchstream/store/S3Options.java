package io.sketchstream.store;

import java.net.URI;
import java.util.Optional;

/// How to reach S3.
///
/// @param endpoint of a server other than Amazon's, such as `http://minio:9000`
/// @param accessKey with its secret key; without one, they come from the environment or the machine
public record S3Options(
    Optional<URI> endpoint, String region, Optional<String> accessKey, Optional<String> secretKey) {
  /// Amazon's own, with credentials from the environment.
  public static final S3Options DEFAULT =
      new S3Options(Optional.empty(), "us-east-1", Optional.empty(), Optional.empty());

  /// @throws IllegalArgumentException when one half of the credentials is missing
  public S3Options {
    if (accessKey.isPresent() != secretKey.isPresent()) {
      throw new IllegalArgumentException("S3 needs an access key and its secret key, or neither");
    }
  }
}
