package io.sketchstream.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `import`: adds images from folders and files.
@Command(
    name = "import",
    description = {
      "Import images into the gallery.",
      "",
      "Folders are searched for files with names of images (jpg, png, gif, webp, bmp, tiff, heic,"
          + " avif). An image's id is the SHA-256 of its file, so importing it again costs next to"
          + " nothing, and an interrupted import is resumed by repeating it. The server rejects"
          + " single files that are not images or are too large; the others are imported.",
      "",
      "A .tar file is read as an archive made by 'export': its images keep their ids and their"
          + " attributes; --gallery replaces their gallery, and --tags adds to their tags."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every image is in the gallery and searchable",
      "1:some files could not be delivered or read, or are not searchable yet",
      "2:the command line is not valid",
      "3:no server answers",
      "4:all was delivered, but the server rejected some images, or photos in formats that it does"
          + " not accept (raw, psd, jxl) were left out; a retry does not help"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream import ~/Pictures",
      "  sketchstream import --tags shoes,summer catalogue/*.jpg",
      "  sketchstream import --gallery museum /mnt/scans",
      "  sketchstream import --no-wait --concurrency 16 /mnt/archive",
      "  sketchstream import gallery.tar"
    })
final class ImportCommand implements Callable<Integer> {
  private static final int REJECTED_SHOWN_MAX = 1_000;

  @Mixin private ServerOption server;

  @Parameters(arity = "1..*", paramLabel = "DIR|FILE", description = "What to import.")
  private List<Path> roots;

  @Option(names = "--tags", paramLabel = "TAG", split = ",", description = "Tags for every image.")
  private List<String> tags = List.of();

  @Option(
      names = "--gallery",
      paramLabel = "NAME",
      description = "Gallery that the images go into; a filter 'gallery:NAME' shows it alone.")
  private String gallery = "";

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "8",
      description = "Requests in flight, 1 to 64 (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--no-wait",
      negatable = false,
      description = "Don't wait until searches find the images.")
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
      ImportReport report = report(open);
      boolean searchable =
          noWait
              || new SearchableWait(open, spec.commandLine().getErr())
                  .await("making them searchable", report.positions());
      print(report, spec.commandLine().getOut());
      return exitCode(report, searchable);
    }
  }

  private ImportReport report(Server open) throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Map<Boolean, List<Path>> byKind =
        roots.stream().collect(Collectors.partitioningBy(ArchiveImport::isArchive));
    ImportReport report = new ImportReport();
    new GalleryImport(open, concurrency, gallery, err)
        .run(new ImageFiles(byKind.get(false), String.join(",", tags)), report);
    for (Path archive : byKind.get(true)) {
      new ArchiveImport(open, concurrency, gallery, tags, err).run(archive, report);
    }
    return report;
  }

  static int exitCode(ImportReport report, boolean searchable) {
    if (!report.undelivered().isEmpty() || !searchable) {
      return Main.FAILED;
    }
    return report.isIncomplete() ? Main.INCOMPLETE : 0;
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
