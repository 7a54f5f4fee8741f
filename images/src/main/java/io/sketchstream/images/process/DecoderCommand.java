package io.sketchstream.images.process;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The command that starts a decoder process: the Java of this process, the class path of this
/// module and the libraries it decodes with, and bounds of memory. It does not depend on whether
/// this process is a test, the command line, a service or `standalone`.
final class DecoderCommand {
  private static final int HEAP_MB = 768;

  /// A bound of the address space, not of used memory; it leaves room for what a JVM reserves
  /// beside its heap.
  private static final int ADDRESS_SPACE_KB = (HEAP_MB + 2_300) << 10;

  private static final Path SHELL = Path.of("/bin/sh");

  /// One class of each jar that is needed.
  private static final List<String> NEEDED =
      List.of(
          DecoderCommand.class.getName(),
          "com.twelvemonkeys.imageio.ImageReaderBase",
          "com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi",
          "com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi",
          "com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi",
          "com.twelvemonkeys.imageio.metadata.Directory",
          "com.twelvemonkeys.image.ImageUtil",
          "com.twelvemonkeys.io.LittleEndianDataInputStream",
          "com.twelvemonkeys.lang.Validate",
          "com.github.weisj.jsvg.SVGDocument");

  private DecoderCommand() {}

  /// @param further classes that the process needs besides those of this module
  /// @throws DecoderUnavailableException when the class path is unknown
  static List<String> build(List<String> further) {
    List<String> java = new ArrayList<>();
    java.add(javaCommand());
    java.addAll(
        List.of(
            "-Xmx" + HEAP_MB + "m",
            "-Xms16m",
            "-Xss2m",
            "-XX:+UseSerialGC",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=30",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-Djava.awt.headless=true",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(further),
            DecoderMain.class.getName()));
    if (!Files.isExecutable(SHELL)) {
      return java;
    }
    List<String> limited =
        new ArrayList<>(
            List.of(
                SHELL.toString(),
                "-c",
                "ulimit -c 0; ulimit -v " + ADDRESS_SPACE_KB + "; exec \"$@\"",
                "decoder"));
    limited.addAll(java);
    return limited;
  }

  private static String javaCommand() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return Files.isExecutable(java)
        ? java.toString()
        : ProcessHandle.current().info().command().orElse("java");
  }

  private static String classPath(List<String> further) {
    Set<String> places = new LinkedHashSet<>();
    NEEDED.forEach(name -> places.add(place(name).toString()));
    further.forEach(name -> places.add(place(name).toString()));
    return String.join(System.getProperty("path.separator"), places);
  }

  private static Path place(String className) {
    try {
      ClassLoader loader = DecoderCommand.class.getClassLoader();
      Class<?> needed = Class.forName(className, false, loader);
      CodeSource source = needed.getProtectionDomain().getCodeSource();
      URL location =
          source != null && source.getLocation() != null
              ? source.getLocation()
              : jarOf(loader.getResource(className.replace('.', '/') + ".class"));
      return Path.of(fileUri(location));
    } catch (ClassNotFoundException | URISyntaxException | RuntimeException e) {
      throw new DecoderUnavailableException("the class path of " + className + " is unknown", e);
    }
  }

  private static URI fileUri(URL location) throws URISyntaxException {
    String text = location.toString();
    return new URI(text.startsWith("jar:") ? text.substring(4, text.indexOf('!')) : text);
  }

  private static URL jarOf(URL entry) {
    if (entry == null || !entry.getProtocol().equals("jar")) {
      throw new IllegalStateException("not in a jar: " + entry);
    }
    return entry;
  }
}
