package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/// How hits are printed; shared by the commands that search.
final class HitOptions {
  @Option(names = "--json", description = "Print the server's JSON answer.")
  private boolean json;

  @Option(names = "--full-ids", description = "Don't shorten ids and titles.")
  private boolean fullIds;

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
