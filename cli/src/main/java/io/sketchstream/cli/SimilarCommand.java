package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `similar`: finds images like one of the gallery.
@Command(
    name = "similar",
    description = "Find the images that look like one of the gallery.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sketchstream similar 3f0a...", "  sketchstream similar 3f0a... -k 50 --json"})
final class SimilarCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "ID", description = "Id of the image.")
  private String id;

  @Mixin private HitOptions hits;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, String> query = hits.query();
    try (Server open = server.open()) {
      JsonNode answer =
          Server.expectJson(open.get("/v1/images/" + Server.encode(id) + "/similar", query));
      hits.print(answer, spec.commandLine().getOut());
      return 0;
    }
  }
}
