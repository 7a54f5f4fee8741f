package io.sketchstream.cli;

import io.sketchstream.trainer.data.PublishedDataset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// Options that name a published dataset and its split.
final class PublishedOption {
  @Option(
      names = "--published",
      paramLabel = "NAME",
      converter = Name.class,
      description =
          "A published dataset and its split in place of --photos, --sketches and --labels:"
              + " sketchy-1, sketchy-2, tu-berlin or quickdraw, extended each. Its seen classes are"
              + " trained on, its unseen ones evaluated on.")
  private Optional<PublishedDataset> published;

  @Option(names = "--root", paramLabel = "DIR", description = "Where --published lies.")
  private Optional<Path> root;

  /// Reads `sketchy-2` as its constant.
  static final class Name implements CommandLine.ITypeConverter<PublishedDataset> {
    @Override
    public PublishedDataset convert(String name) {
      return Arrays.stream(PublishedDataset.values())
          .filter(dataset -> dataset.label().equals(name))
          .findFirst()
          .orElseThrow(() ->
              new CommandLine.TypeConversionException(
                  "'%s' is none of sketchy-1, sketchy-2, tu-berlin, quickdraw".formatted(name)));
    }
  }

  Optional<PublishedDataset> dataset() {
    return published;
  }

  /// @throws CommandFailure when it was not given
  Path root() {
    return root.orElseThrow(() -> new CommandFailure("name the dataset's folder: --root DIR"));
  }
}
