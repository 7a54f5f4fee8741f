package io.sketchstream.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `import`: images from folders and files into the gallery.
@Command(
    name = "import",
    description = {
      "Bring images into the gallery.",
      "",
      "Folders are searched through for files named as images (jpg, png, gif, webp, bmp, tiff). An"
          + " image's id is the SHA-256 of its file, so that importing again costs next to nothing"
          + " and an interrupted import is resumed by repeating it. Files that are no images or"
          + " too large are rejected by the server, one by one, and stop nothing."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every file was delivered and is searchable, apart from those rejected by the server",
      "1:some files could not be delivered or read, or are not searchable yet",
      "2:the command line is not valid",
      "3:no server answers"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream import ~/Pictures",
      "  sketchstream import --tags shoes,summer catalogue/*.jpg",
      "  sketchstream import --no-wait --concurrency 16 /mnt/archive"
    })
final class ImportCommand implements Callable<Integer> {
  private static final int REJECTED_SHOWN_MAX = 1_000;

  @Mixin private ServerOption server;

  @Parameters(arity = "1..*", paramLabel = "DIR|FILE", description = "What to import.")
  private List<Path> roots;

  @Option(names = "--tags", paramLabel = "TAG", split = ",", description = "Tags for every image.")
  private List<String> tags = List.of();

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "8",
      description = "Requests in flight, 1 to 64 (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--no-wait",
      negatable = false,
      description = "Don't wait until the images can be found.")
  private boolean noWait;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    for (Path root : roots) {
      if (!Files.exists(root)) {
        throw new ParameterException(spec.commandLine(), root + ": no such file or folder");
      }
    }
    if (concurrency < 1 || concurrency > 64) {
      throw new ParameterException(spec.commandLine(), "--concurrency must be 1 to 64");
    }
    try (Server open = server.open()) {
      GalleryImport gallery = new GalleryImport(open, concurrency, spec.commandLine().getErr());
      ImportReport report = gallery.run(new ImageFiles(roots, String.join(",", tags)));
      boolean searchable = noWait || gallery.awaitSearchable(report);
      print(report, spec.commandLine().getOut());
      return report.undelivered().isEmpty() && searchable ? 0 : Main.FAILED;
    }
  }

  static void print(ImportReport report, PrintWriter out) {
    list(out, "rejected", report.rejected());
    list(out, "not delivered", report.undelivered());
    out.println(report.summary());
    out.flush();
  }

  private static void list(PrintWriter out, String word, List<ImportReport.Trouble> troubles) {
    troubles.stream()
        .limit(REJECTED_SHOWN_MAX)
        .forEach(trouble -> out.println(word + "  " + trouble.file() + ": " + trouble.reason()));
    if (troubles.size() > REJECTED_SHOWN_MAX) {
      out.println("... and " + (troubles.size() - REJECTED_SHOWN_MAX) + " more " + word);
    }
  }
}
