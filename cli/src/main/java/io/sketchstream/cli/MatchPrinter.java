package io.sketchstream.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Prints the matches of a standing query as they come. After each connection it first fetches the
/// latest ones, so that none is missed in between.
final class MatchPrinter {
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int LATEST = 1000;

  private final Server server;
  private final Server patient;
  private final String path;
  private final boolean json;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Set<String> printed = new HashSet<>();
  private boolean caughtUp;
  private int left;

  /// @param json whether matches are printed as JSON
  /// @param err gets word of a lost connection
  MatchPrinter(Server server, String queryId, boolean json, PrintWriter out, PrintWriter err) {
    this.err = err;
    this.server = server;
    this.patient = server.patient();
    this.path = "/v1/standing-queries/" + Server.encode(queryId) + "/matches";
    this.json = json;
    this.out = out;
  }

  /// Prints until this many were printed.
  void print(int count) {
    left = count;
    Server asked = server;
    while (left > 0) {
      caughtUp = false;
      if (!asked.hear(path, this::heard)) {
        if (caughtUp) {
          err.println("the connection is lost; trying again");
          err.flush();
        }
        pause();
      }
      asked = patient; // It was there, so it comes back.
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }

  /// @param data of an event; empty for a heartbeat
  /// @return whether to continue
  private boolean heard(String data) {
    if (!caughtUp) { // The server listens for us by now: nothing comes unheard from here on.
      Server.Answer latest = patient.get(path, Map.of("limit", Integer.toString(LATEST)));
      if (latest.overloaded()) {
        return false; // And so asked again.
      }
      caughtUp = true;
      Server.expectJson(latest)
          .path("matches")
          .valueStream()
          .toList()
          .reversed()
          .forEach(this::print);
    }
    if (!data.isEmpty()) {
      try {
        print(Server.JSON.readTree(data));
      } catch (JsonProcessingException e) {
        throw new CommandFailure("the server's event is not JSON: " + e.getOriginalMessage());
      }
    }
    return left > 0;
  }

  private void print(JsonNode match) {
    String imageId = match.path("imageId").asText();
    boolean withdrawn = match.path("withdrawn").asBoolean();
    boolean news = withdrawn ? printed.remove(imageId) : printed.add(imageId);
    if (!news || imageId.isEmpty() || left == 0) {
      return;
    }
    if (json) {
      out.println(match);
    } else {
      out.printf(
          Locale.ROOT,
          "%s  %-9s  %s  %s  %s%n",
          match.path("matchedAt").asText(),
          withdrawn ? "removed" : match.path("score").isNull() ? "" : HitTable.score(match),
          imageId,
          HitTable.printable(match.path("title").asText()),
          HitTable.printable(match.path("uri").asText()));
    }
    out.flush();
    left -= withdrawn ? 0 : 1;
  }
}
