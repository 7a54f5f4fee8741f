package io.sketchstream.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.DotName;
import org.jboss.jandex.Index;
import org.jboss.jandex.IndexReader;
import org.junit.jupiter.api.Test;

/// In one JVM the configuration of all services is one: of two values for a key one wins, silently.
/// So no two service jars may give a key two values, by file or by default.
final class MergedConfigurationTest {
  private static final List<String> SERVICES = List.of("ingest", "embed", "query", "training");

  @Test
  void hasNoApplicationPropertiesOfAService() throws IOException {
    assertEquals(List.of(), ours("application.properties"));
  }

  @Test
  void hasOneValuePerKeyInDefaultFiles() throws IOException {
    Map<String, TreeSet<String>> values = new TreeMap<>();
    for (URL url : ours("META-INF/microprofile-config.properties")) {
      Properties properties = new Properties();
      try (InputStream stream = url.openStream()) {
        properties.load(stream);
      }
      properties.forEach((key, value) -> add(values, key.toString(), value.toString()));
    }
    assertOneValueEach(values);
  }

  @Test
  void hasOneDefaultPerInjectedSetting() throws IOException {
    Map<String, TreeSet<String>> defaults = new TreeMap<>();
    for (Index index : indexes()) {
      for (AnnotationInstance property : annotations(index, "inject.ConfigProperty")) {
        AnnotationValue fallback = property.value("defaultValue");
        add(
            defaults,
            property.value("name").asString(),
            fallback == null ? "(required)" : fallback.asString());
      }
    }
    assertTrue(defaults.containsKey("topics.partitions"), defaults.toString());
    defaults
        .keySet()
        .forEach(
            key -> assertTrue(ConfigFile.PREFIXES.contains(key.replaceFirst("\\..*", "")), key));
    assertOneValueEach(defaults);
  }

  @Test
  void hasADistinctPrefixPerMapping() throws IOException {
    Map<String, TreeSet<String>> prefixes = new TreeMap<>();
    for (Index index : indexes()) {
      DotName mapping = DotName.createSimple("io.smallrye.config.ConfigMapping");
      for (AnnotationInstance annotation : index.getAnnotations(mapping)) {
        add(prefixes, annotation.value("prefix").asString(), annotation.target().toString());
      }
    }
    assertEquals(new TreeSet<>(SERVICES), prefixes.keySet());
    assertTrue(ConfigFile.PREFIXES.containsAll(prefixes.keySet()), prefixes.toString());
    assertOneValueEach(prefixes);
  }

  private static void assertOneValueEach(Map<String, TreeSet<String>> values) {
    values.forEach((key, all) -> assertEquals(1, all.size(), key + " has the values " + all));
  }

  private static void add(Map<String, TreeSet<String>> values, String key, String value) {
    values.computeIfAbsent(key, _ -> new TreeSet<>()).add(value);
  }

  private static List<AnnotationInstance> annotations(Index index, String name) {
    return List.copyOf(
        index.getAnnotations(DotName.createSimple("org.eclipse.microprofile.config." + name)));
  }

  private static List<Index> indexes() throws IOException {
    List<Index> indexes = new java.util.ArrayList<>();
    for (URL url : ours("META-INF/jandex.idx")) {
      try (InputStream stream = url.openStream()) {
        indexes.add(new IndexReader(stream).read());
      }
    }
    return indexes;
  }

  /// Resources of our own modules, as jars or as folders of classes.
  private static List<URL> ours(String resource) throws IOException {
    return Collections.list(MergedConfigurationTest.class.getClassLoader().getResources(resource))
        .stream()
        .filter(url -> SERVICES.stream().anyMatch(s -> url.getPath().contains(s + "-service")))
        .toList();
  }
}
