package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Option(
      names = "-k",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many hits, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(names = "--filter", description = "Only images that match, such as 'tag:cat'.")
  private String filter = "";

  @Mixin private HitOptions format;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    SearchCommand.checkK(k, spec);
    try (Server open = server.open()) {
      Map<String, String> query = new LinkedHashMap<>();
      query.put("k", Integer.toString(k));
      query.put("filter", filter);
      JsonNode answer =
          Server.expectJson(open.get("/v1/images/" + Server.encode(id) + "/similar", query));
      format.print(answer, spec.commandLine().getOut());
      return 0;
    }
  }
}
