package io.sketchstream.store;

import java.net.URI;
import java.util.Optional;

/// Connection settings of S3.
///
/// @param endpoint of a server other than Amazon's, such as `http://minio:9000`
/// @param accessKey with its secret key; without both, credentials come from the environment
public record S3Options(
    Optional<URI> endpoint, String region, Optional<String> accessKey, Optional<String> secretKey) {
  /// Amazon S3 with credentials from the environment.
  public static final S3Options DEFAULT =
      new S3Options(Optional.empty(), "us-east-1", Optional.empty(), Optional.empty());

  /// @throws IllegalArgumentException when only one of the two keys is given
  public S3Options {
    if (accessKey.isPresent() != secretKey.isPresent()) {
      throw new IllegalArgumentException(
          "S3 needs both an access key and a secret key, or neither");
    }
  }
}
