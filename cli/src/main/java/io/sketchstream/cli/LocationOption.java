package io.sketchstream.cli;

import io.sketchstream.cli.backup.BackupLocation;
import io.sketchstream.store.S3Options;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How to reach the bucket of a backup. Its keys are no options: other users see these.
final class LocationOption {
  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description =
          "S3 server other than Amazon's. The keys are found as Amazon's tools find them, such as"
              + " in $$AWS_ACCESS_KEY_ID and $$AWS_SECRET_ACCESS_KEY.")
  private Optional<URI> endpoint = Optional.empty();

  @Option(
      names = "--s3-region",
      paramLabel = "NAME",
      description = "Region of the bucket (default: $$AWS_REGION, or us-east-1).")
  private Optional<String> region = Optional.empty();

  @Option(
      names = "--work-dir",
      paramLabel = "DIR",
      description =
          "Where a backup of a bucket is made and checked; needs room for all of it (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "${sys:java.io.tmpdir}")
  private Path work;

  @Spec(Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec spec;

  /// @param location a directory, or `s3://bucket/prefix`
  BackupLocation open(String location) throws IOException {
    String name =
        region
            .or(() -> Optional.ofNullable(System.getenv("AWS_REGION")))
            .orElse(S3Options.DEFAULT.region());
    try {
      return BackupLocation.open(
          location, new S3Options(endpoint, name, Optional.empty(), Optional.empty()), work);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
