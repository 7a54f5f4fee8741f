package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `watch`: registers a standing query and prints its matches as they occur.
@Command(
    name = "watch",
    description = {
      "Report new images that look like a sketch or a photo.",
      "",
      "Registers a standing query, which stays until it is removed, even when this command ends."
          + " Matches are printed as they occur, until Ctrl-C. Images that are already in the"
          + " gallery are not reported: 'search' finds them."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream watch --one-in 10000 boat.png",
      "  sketchstream watch --per-day 5 boat.png",
      "  sketchstream watch --photo house.jpg",
      "  sketchstream watch --like 3f0a... --filter 'tag:camera-1'",
      "  sketchstream watch --text 'red boat' --json | while read -r match; do ...; done",
      "  sketchstream watch --follow red-boats",
      "  sketchstream watch --list",
      "  sketchstream watch --remove red-boats"
    })
final class WatchCommand implements Callable<Integer> {
  private static final String PATH = "/v1/standing-queries";

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "SKETCH", arity = "0..1", description = "File of the sketch or photo.")
  private Path file;

  @Option(names = "--photo", description = "The file is a photo: report images like it.")
  private boolean photo;

  @Option(
      names = "--like",
      paramLabel = "ID",
      description = "Instead of a file: images like this image of the gallery.")
  private String like = "";

  @Option(names = "--filter", description = "Only images that match, such as 'tag:cat'.")
  private String filter = "";

  @Option(names = "--text", description = "Words that must all occur in the title or the tags.")
  private String text = "";

  @Option(
      names = "--one-in",
      paramLabel = "N",
      description = "How rare a match is: about one in N images of the gallery (default: 1000).")
  private String oneIn = "";

  @Option(
      names = "--per-day",
      paramLabel = "N",
      description = "Instead of --one-in: at most the best N in 24 hours.")
  private String perDay = "";

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Id of the standing query; an existing one is replaced.")
  private String id = "";

  @Option(names = "--name", description = "Name of the standing query, for display.")
  private String name = "";

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "When it ends, such as 2030-01-31 (default: never).")
  private String until = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End after this many matches (default: do not end).")
  private int count = Integer.MAX_VALUE;

  @Option(names = "--json", description = "Print matches as the server's JSON, one per line.")
  private boolean json;

  @Option(names = "--list", description = "List the standing queries instead.")
  private boolean list;

  @Option(names = "--follow", paramLabel = "ID", description = "Follow an existing query instead.")
  private String follow = "";

  @Option(names = "--remove", paramLabel = "ID", description = "Remove a query instead.")
  private String remove = "";

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    requireOneTask();
    try (Server open = server.open()) {
      if (list) {
        list(open);
      } else if (!remove.isEmpty()) {
        Server.Answer answer = open.delete(PATH + "/" + Server.encode(remove));
        if (!answer.ok()) {
          throw new CommandFailure(answer.problem());
        }
      } else {
        watch(open);
      }
      return 0;
    }
  }

  /// What is asked beside another task would be left out.
  private void requireOneTask() {
    List<String> tasks = new ArrayList<>();
    if (list) {
      tasks.add("--list");
    }
    if (!follow.isEmpty()) {
      tasks.add("--follow");
    }
    if (!remove.isEmpty()) {
      tasks.add("--remove");
    }
    boolean registers =
        file != null
            || photo
            || !(like + filter + text + oneIn + perDay + id + name + until).isEmpty();
    if (registers) {
      tasks.add("a new query");
    }
    if (tasks.size() > 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "give one of them: " + String.join(", ", tasks));
    }
    if (count < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--count must be 1 or more, not " + count);
    }
  }

  private void list(Server open) {
    PrintWriter out = spec.commandLine().getOut();
    JsonNode answer = Server.expectJson(open.get(PATH, Map.of()));
    if (json) {
      out.println(answer);
    } else {
      for (JsonNode query : answer.path("standingQueries")) {
        out.printf(
            Locale.ROOT,
            "%-36s  %-9s  %6d matches  %-17s  %s%n",
            query.path("id").asText(),
            query.path("state").asText(),
            query.path("matches").asInt(),
            rarity(query),
            HitTable.printable(about(query)));
      }
    }
    out.flush();
  }

  private static String rarity(JsonNode query) {
    int perDay = query.path("perDay").asInt();
    return perDay == 0 ? "one in " + query.path("oneIn").asInt() : "the best " + perDay + " a day";
  }

  /// What a standing query asks for, in a few words.
  private static String about(JsonNode query) {
    StringBuilder about = new StringBuilder(query.path("name").asText());
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("like", query.path("imageId").asText());
    parts.put("filter", query.path("filter").asText());
    parts.put("text", query.path("text").asText());
    parts.put("", query.path("reason").asText());
    parts.forEach((label, value) -> {
      if (!value.isEmpty()) {
        about.append(about.isEmpty() ? "" : ", ").append(label).append(' ').append(value);
      }
    });
    return about.toString();
  }

  private void watch(Server open) {
    String watched = follow.isEmpty() ? register(open) : follow;
    PrintWriter err = spec.commandLine().getErr();
    err.println("watching " + watched + "; to end it: sketchstream watch --remove " + watched);
    err.flush();
    new MatchPrinter(open, watched, json, spec.commandLine().getOut(), err).print(count);
  }

  private String register(Server open) {
    if (file == null && like.isEmpty() && filter.isEmpty() && text.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "nothing to watch for: give a SKETCH, --like, --text or --filter");
    }
    if (photo && file == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--photo needs the file of the photo; for an image of the gallery: --like ID");
    }
    SketchFile sketch = file == null ? null : SketchFile.read(file);
    Map<String, String> query = new LinkedHashMap<>();
    query.put("id", id);
    query.put("name", name.isEmpty() && file != null ? file.getFileName().toString() : name);
    query.put("like", like);
    query.put("photo", photo ? "true" : "");
    query.put("filter", filter);
    query.put("text", text);
    query.put("one_in", oneIn);
    query.put("per_day", perDay);
    query.put("until", until);
    Server.Answer answer =
        sketch == null
            ? open.post(PATH, query, "application/octet-stream", new byte[0])
            : open.post(PATH, query, sketch.contentType(), sketch.bytes());
    return Server.expectJson(answer).path("id").asText();
  }
}
