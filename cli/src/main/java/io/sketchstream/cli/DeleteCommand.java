package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.Server.Answer;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `delete`: removes images from the gallery.
@Command(
    name = "delete",
    description = "Remove images from the gallery. The files they came from stay.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every image was removed, and no search finds it any more",
      "1:some were not in the gallery or could not be removed",
      "2:the command line is not valid",
      "3:no server answers"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream delete 3f0a...",
      "  sketchstream delete --filter 'tag:old and ingested < 2026-01-01' --yes",
      "  sketchstream search --json house.png | jq -r '.hits[].imageId' | xargs sketchstream delete"
    })
final class DeleteCommand implements Callable<Integer> {
  private static final int NOT_FOUND = 404;

  @Mixin private ServerOption server;

  @Parameters(arity = "0..*", paramLabel = "ID", description = "Ids of the images.")
  private List<String> ids = List.of();

  @Option(
      names = "--filter",
      description = "All images that match, such as 'tag:old'; says how many, unless --yes.")
  private String filter = "";

  @Option(names = "--yes", description = "Remove what the filter matches.")
  private boolean yes;

  @Option(names = "--no-wait", description = "Don't wait until searches no longer find them.")
  private boolean noWait;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (ids.isEmpty() == filter.isBlank()) {
      throw new ParameterException(spec.commandLine(), "give images by ID or by --filter");
    }
    PrintWriter out = spec.commandLine().getOut();
    LogPositions written = new LogPositions();
    int failed = 0;
    try (Server open = server.open()) {
      if (!filter.isBlank()) {
        return byFilter(new GalleryRemoval(open, spec), out);
      }
      for (String id : ids) {
        Answer answer = open.delete("/v1/images/" + Server.encode(id));
        if (answer.ok()) {
          JsonNode json = answer.json();
          written.add(json.path("position").asText());
          out.println("removed  " + id);
        } else {
          failed++;
          out.println(
              (answer.status() == NOT_FOUND ? "not in the gallery  " + id : answer.problem()));
        }
        out.flush();
      }
      boolean gone =
          noWait
              || new SearchableWait(open, spec.commandLine().getErr())
                  .await("removing them from the index", written);
      return failed == 0 && gone ? 0 : Main.FAILED;
    }
  }

  private int byFilter(GalleryRemoval removal, PrintWriter out) throws InterruptedException {
    if (yes) {
      return removal.run(filter, !noWait);
    }
    out.println(removal.count(filter) + " images match; --yes removes them");
    out.flush();
    return 0;
  }
}
