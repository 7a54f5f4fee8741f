package io.sketchstream.encoder.network;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Properties;

/// Moves libtorch out of its jar on the class path into a directory, for container images: with
/// `PYTORCH_LIBRARY_PATH` set to it, no start has to unpack it again. Its description stays in the
/// jar.
public final class LibtorchFiles {
  private static final String DESCRIPTION = "native/lib/pytorch.properties";

  /// The same time in every build, so that images which do not differ otherwise share the layer.
  private static final FileTime ALWAYS = FileTime.from(Instant.EPOCH);

  private LibtorchFiles() {}

  /// Moves the libraries.
  ///
  /// @param arguments the directory
  public static void main(String[] arguments) throws IOException {
    URL description = LibtorchFiles.class.getClassLoader().getResource(DESCRIPTION);
    if (description == null) {
      throw new NoSuchFileException(DESCRIPTION, null, "no libtorch on the class path");
    }
    JarURLConnection connection = (JarURLConnection) description.openConnection();
    Path jar = Path.of(URI.create(connection.getJarFileURL().toString()));
    move(jar, Files.createDirectories(Path.of(arguments[0])));
  }

  private static void move(Path jar, Path directory) throws IOException {
    try (FileSystem files = FileSystems.newFileSystem(jar)) {
      Properties description = new Properties();
      try (InputStream in = Files.newInputStream(files.getPath(DESCRIPTION))) {
        description.load(in);
      }
      Path folder =
          files.getPath(
              "pytorch", description.getProperty("flavor"), description.getProperty("classifier"));
      for (String library : description.getProperty("libraries").split(",", -1)) {
        Path target = Files.copy(folder.resolve(library), directory.resolve(library));
        Files.setLastModifiedTime(target, ALWAYS);
        Files.delete(folder.resolve(library));
      }
    }
    Files.setLastModifiedTime(directory, ALWAYS);
  }
}
