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
          "A published dataset and its split instead of --photos, --sketches and --labels:"
              + " sketchy-1, sketchy-2, tu-berlin or quickdraw, each in its extended version. Its"
              + " seen classes are for training, its unseen ones for evaluation.")
  private Optional<PublishedDataset> published;

  @Option(names = "--root", paramLabel = "DIR", description = "Folder of the published dataset.")
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
                  "'%s' is not sketchy-1, sketchy-2, tu-berlin or quickdraw".formatted(name)));
    }
  }

  Optional<PublishedDataset> dataset() {
    return published;
  }

  /// @throws CommandFailure when it was not given
  Path root() {
    return root.orElseThrow(() -> new CommandFailure("give the folder of the dataset: --root DIR"));
  }
}
