package io.sketchstream.endtoend;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/// The modules of this repository and what their poms declare, apart from test scope.
///
/// @param declared for each module the artifacts of its main code, as `groupId:artifactId`
record MavenModules(Map<String, List<String>> declared) {
  private static final String OURS = "io.sketchstream:";

  static MavenModules read() throws IOException, SAXException, ParserConfigurationException {
    Path root = Path.of(System.getProperty("project.root"));
    Map<String, List<String>> declared = new HashMap<>();
    try (Stream<Path> folders = Files.list(root)) {
      for (Path folder : folders.filter(f -> Files.exists(f.resolve("pom.xml"))).toList()) {
        declared.put(folder.getFileName().toString(), dependencies(folder.resolve("pom.xml")));
      }
    }
    return new MavenModules(declared);
  }

  /// The modules whose main code depends on another directly.
  TreeSet<String> usersOf(String module) {
    TreeSet<String> users = new TreeSet<>();
    declared.forEach((user, artifacts) -> {
      if (artifacts.contains(OURS + module)) {
        users.add(user);
      }
    });
    return users;
  }

  /// Everything declared by a module or by a module of ours on its runtime class path.
  TreeSet<String> classPath(String module) {
    TreeSet<String> found = new TreeSet<>();
    List<String> open = new ArrayList<>(declared.get(module));
    while (!open.isEmpty()) {
      String artifact = open.removeLast();
      if (found.add(artifact) && artifact.startsWith(OURS)) {
        open.addAll(declared.get(artifact.substring(OURS.length())));
      }
    }
    return found;
  }

  private static List<String> dependencies(Path pom)
      throws IOException, SAXException, ParserConfigurationException {
    Element project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getDocumentElement();
    return children(project, "dependencies")
        .flatMap(dependencies -> children(dependencies, "dependency"))
        .filter(dependency -> !text(dependency, "scope").equals("test"))
        .map(dependency -> text(dependency, "groupId") + ":" + text(dependency, "artifactId"))
        .toList();
  }

  private static Stream<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found.stream();
  }

  private static String text(Element parent, String name) {
    return children(parent, name).map(Element::getTextContent).findFirst().orElse("").strip();
  }

  /// The main classes of all modules but the benchmarks, which compare the modules with others and
  /// may use any of them.
  static JavaClasses classes() {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(location -> !location.contains("/benchmarks"))
        .importPackages("io.sketchstream");
  }
}
