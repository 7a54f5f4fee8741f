package io.sketchstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The metrics that dashboards and alerts of `operations/` name, parsed from their PromQL.
final class WatchedMetrics {
  private static final Path OPERATIONS = ServerProcess.ROOT.resolve("operations");

  /// A metric name with its labels, if any; not a function, a grouping label or a keyword.
  private static final Pattern SELECTOR =
      Pattern.compile("([a-z_:][a-z0-9_:]*)(\\{[^}]*})?(?![a-z0-9_:]*\\s*\\()");

  private static final Pattern GROUPING = Pattern.compile("\\b(by|without|on)\\s*\\([^)]*\\)");
  private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset");
  private static final Pattern EQUAL_LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final Pattern EXPRESSION = Pattern.compile("^\\s*expr: (.*)$", Pattern.MULTILINE);
  private static final Pattern COUNTED =
      Pattern.compile("[cC]ounter(?:\\.builder)?\\(\\s*\"([a-z.]+)\"");

  /// What Kafka Exporter and the kubelet export, as far as it is watched: no service of ours is
  /// asked for it.
  private static final Set<String> OF_OTHERS =
      Set.of(
          "kafka_brokers",
          "kafka_topic_partition_current_offset",
          "kafka_topic_partition_under_replicated_partition",
          "kafka_consumergroup_lag",
          "kubelet_volume_stats_available_bytes",
          "kubelet_volume_stats_capacity_bytes");

  private WatchedMetrics() {}

  /// Whether a text in the Prometheus format has what the selector asks for, or others have.
  static boolean isExported(String selector, String exported) {
    return OF_OTHERS.contains(selector.replaceAll("\\{.*", "")) || hasData(selector, exported);
  }

  /// Expressions by panel.
  static Map<String, List<String>> panelExpressions() {
    Map<String, List<String>> expressions = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(OPERATIONS.resolve("grafana/dashboards"))) {
      for (Path file : files.toList()) {
        for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).get("panels")) {
          for (JsonNode target : panel.path("targets")) {
            expressions
                .computeIfAbsent(panel.get("title").asText(), _ -> new ArrayList<>())
                .add(target.get("expr").asText());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return expressions;
  }

  static List<String> alertExpressions() {
    return EXPRESSION
        .matcher(read(OPERATIONS.resolve("prometheus/alerts.yml")))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /// Metrics of an expression, each with the labels it asks for.
  static Set<String> selectors(String expression) {
    String plain = GROUPING.matcher(expression).replaceAll(" ").replaceAll("\\[[^]]*]", " ");
    Set<String> selectors = new TreeSet<>();
    Matcher matcher = SELECTOR.matcher(plain);
    while (matcher.find()) {
      if (!KEYWORDS.contains(matcher.group(1))) {
        selectors.add(matcher.group());
      }
    }
    return selectors;
  }

  /// Metrics of an expression, without labels.
  static Set<String> names(String expression) {
    Set<String> names = new TreeSet<>();
    selectors(expression).forEach(selector -> names.add(selector.replaceAll("\\{.*", "")));
    return names;
  }

  /// Whether a text in the Prometheus format has a sample that the selector matches.
  private static boolean hasData(String selector, String exported) {
    String name = selector.replaceAll("\\{.*", "");
    List<String> labels =
        EQUAL_LABEL
            .matcher(selector.substring(name.length()))
            .results()
            .map(match -> match.group(1) + "=\"" + match.group(2) + "\"")
            .toList();
    return exported
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .anyMatch(line -> labels.stream().allMatch(line::contains));
  }

  /// Prometheus names of all counters in the sources of the services.
  static Set<String> countedInSources() {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> modules = Files.list(ServerProcess.ROOT)) {
      for (Path module : modules.filter(path -> path.toString().endsWith("-service")).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
          files
              .filter(file -> file.toString().endsWith(".java"))
              .flatMap(file -> COUNTED.matcher(read(file)).results())
              .forEach(match -> names.add(match.group(1).replace('.', '_') + "_total"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
