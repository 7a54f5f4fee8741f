package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Which hits are wanted and how they are printed; shared by the commands that search.
final class HitOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  @Option(
      names = "-k",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many hits, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(names = "--filter", description = "Only images that match, such as 'tag:cat'.")
  private String filter = "";

  @Option(names = "--json", description = "Print the server's JSON answer.")
  private boolean json;

  @Option(names = "--full-ids", description = "Don't shorten ids and titles.")
  private boolean fullIds;

  /// The parameters of the search.
  ///
  /// @throws CommandLine.ParameterException when `-k` is out of range
  Map<String, String> query() {
    if (k < 1 || k > 1000) {
      throw new CommandLine.ParameterException(command.commandLine(), "-k must be 1 to 1000");
    }
    Map<String, String> query = new LinkedHashMap<>();
    query.put("k", Integer.toString(k));
    query.put("filter", filter);
    return query;
  }

  boolean json() {
    return json;
  }

  void print(JsonNode answer, PrintWriter out) {
    if (json) {
      out.println(answer);
    } else {
      HitTable.print(answer, fullIds, out);
    }
    out.flush();
  }
}
