package io.sketchstream.operations;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/// Every setting of the services, read from the sources of their `@ConfigMapping` interfaces.
final class Settings {
  /// Settings of the platform that the images, compose and the manifests use, with their purpose.
  static final Map<String, String> PLATFORM = platform();

  /// Settings that several services share.
  static final List<Setting> SHARED =
      List.of(
          new Setting(
              "kafka.bootstrap.servers", "", "`localhost:9092`", "The brokers, `host:port,...`"),
          new Setting(
              "topics.partitions",
              "int",
              "`2`",
              "Partitions of `images` and so shards of the index, when the topics do not exist yet."
                  + " Fixed once they exist."),
          new Setting(
              "topics.replication",
              "short",
              "`-1`",
              "Replication factor of topics that do not exist yet; -1: the default of the brokers."),
          new Setting(
              "topics.tombstone-retention",
              "Duration",
              "`30d`",
              "How long compacted topics keep a tombstone (`delete.retention.ms`). No"
                  + " instance with a state of its own should be away for longer."),
          new Setting(
              "topics.standing-queries-max",
              "int",
              "`10000`",
              "Most standing queries, 0 to 1,000,000; the same for embed and query. Further ones get"
                  + " 429; those written to Kafka wait until one is removed. Each new image is"
                  + " compared with all of them."));

  private static final Map<String, List<Setting>> OF_SERVICES = read();

  private static final List<Setting> OF_THE_SHELL = read("service-shell");

  private Settings() {}

  /// @param type as in the interface
  /// @param initially the default, formatted; empty when there is none
  record Setting(String key, String type, String initially, String description) {
    String variable() {
      return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
  }

  /// By service, in the order of the flow and of the interface.
  static Map<String, List<Setting>> ofServices() {
    return OF_SERVICES;
  }

  /// Settings that every service has.
  static List<Setting> ofTheShell() {
    return OF_THE_SHELL;
  }

  /// Whether an environment variable sets something.
  static boolean isKnown(String variable) {
    Set<String> known = new TreeSet<>();
    SHARED.forEach(setting -> known.add(setting.variable()));
    OF_THE_SHELL.forEach(setting -> known.add(setting.variable()));
    OF_SERVICES.values().forEach(all -> all.forEach(setting -> known.add(setting.variable())));
    PLATFORM.keySet().forEach(key -> known.add(new Setting(key, "", "", "").variable()));
    Set<String> kafka = new TreeSet<>(ConsumerConfig.configNames());
    kafka.addAll(ProducerConfig.configNames());
    kafka.addAll(AdminClientConfig.configNames());
    kafka.forEach(key -> known.add(new Setting("kafka." + key, "", "", "").variable()));
    return known.contains(variable);
  }

  private static Map<String, String> platform() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put(
        "quarkus.http.host",
        "Where HTTP listens: `127.0.0.1`; `0.0.0.0` in the images. An address that other machines"
            + " can reach needs `access.token`.");
    keys.put("quarkus.http.port", "`8081` to `8084`, in the order of the flow.");
    keys.put("quarkus.http.cors.enabled", "Whether pages of other origins may call.");
    keys.put("quarkus.http.cors.origins", "The origins that may, such as the page's.");
    keys.put("quarkus.log.level", "What is logged: `INFO`, `DEBUG`, ...");
    return keys;
  }

  private static Map<String, List<Setting>> read() {
    Map<String, List<Setting>> settings = new LinkedHashMap<>();
    for (String service : Repository.SERVICES) {
      settings.put(service, read(service + "-service"));
    }
    return settings;
  }

  /// The settings of one module.
  private static List<Setting> read(String module) {
    List<Path> sources = Repository.files(module + "/src/main/java", "Config.java");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      List<Setting> found = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        new Reader(DocTrees.instance(task), unit).mapping().ifPresent(found::addAll);
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads one interface.
  private record Reader(DocTrees docs, CompilationUnitTree unit) {
    Optional<List<Setting>> mapping() {
      ClassTree type = (ClassTree) unit.getTypeDecls().getFirst();
      return annotation(type.getModifiers().getAnnotations(), "ConfigMapping")
          .map(prefix -> settings(type, prefix));
    }

    private List<Setting> settings(ClassTree type, String prefix) {
      Map<String, ClassTree> nested =
          type.getMembers().stream()
              .filter(member -> member.getKind() == Tree.Kind.INTERFACE)
              .map(ClassTree.class::cast)
              .collect(Collectors.toMap(t -> t.getSimpleName().toString(), t -> t));
      List<Setting> settings = new ArrayList<>();
      for (Tree member : type.getMembers()) {
        if (member instanceof MethodTree method) {
          String key = prefix + "." + kebab(method.getName().toString());
          ClassTree group = nested.get(method.getReturnType().toString());
          if (group == null) {
            settings.add(setting(method, key));
          } else {
            settings.addAll(settings(group, key));
          }
        }
      }
      return settings;
    }

    private Setting setting(MethodTree method, String key) {
      String doc = docs.getDocComment(TreePath.getPath(unit, method));
      if (doc == null) {
        throw new AssertionError(key + " is not documented");
      }
      String initially =
          annotation(method.getModifiers().getAnnotations(), "WithDefault")
              .map(value -> "`" + value + "`")
              .orElse("");
      return new Setting(
          key,
          method.getReturnType().toString(),
          initially,
          doc.strip().replaceAll("\\s+", " ").replace("|", "\\|"));
    }

    /// The one value of an annotation.
    private static Optional<String> annotation(List<? extends AnnotationTree> all, String name) {
      return all.stream()
          .filter(annotation -> annotation.getAnnotationType().toString().equals(name))
          .flatMap(annotation -> annotation.getArguments().stream())
          .map(Reader::literal)
          .findFirst();
    }

    private static String literal(ExpressionTree argument) {
      Tree value =
          argument instanceof AssignmentTree assigned ? assigned.getExpression() : argument;
      return ((LiteralTree) value).getValue().toString();
    }

    private static String kebab(String name) {
      return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
  }
}
