package io.sketchstream.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The image files below some folders, walked one by one without keeping a list.
final class ImageFiles implements ImportSource {
  private static final Set<String> EXTENSIONS =
      Set.of(
          "jpg",
          "jpeg",
          "jpe",
          "jfif",
          "pjpeg",
          "png",
          "apng",
          "gif",
          "webp",
          "bmp",
          "dib",
          "tif",
          "tiff",
          // Servers with libheif take them; others say so.
          "heic",
          "heics",
          "heif",
          "hif",
          "avif",
          "avifs");

  /// Photo formats that no server accepts; not uploaded, because they are large.
  private static final Set<String> PHOTOS_LEFT_OUT =
      Set.of(
          "jxl", "jp2", "j2k", "jpx", "jpf", "psd", "xcf", "dng", "cr2", "cr3", "crw", "nef", "nrw",
          "arw", "srf", "sr2", "orf", "rw2", "raf", "pef", "srw", "x3f", "3fr", "erf", "mrw", "raw",
          "rwl", "iiq", "dcr", "kdc", "mef", "mos", "fff", "gpr");

  private final List<Path> roots;
  private final String tags;

  /// @param roots folders, and files that are imported whatever their name
  /// @param tags for every image, joined by commas
  ImageFiles(List<Path> roots, String tags) {
    this.roots = roots;
    this.tags = tags;
  }

  @Override
  public void each(Visitor visitor) throws InterruptedException {
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        walk(root, visitor);
      } else {
        visitor.image(candidate(root));
      }
    }
  }

  /// A folder that is named is walked also where it is a link; links below it are not followed.
  private void walk(Path named, Visitor visitor) throws InterruptedException {
    InterruptedException[] interrupted = new InterruptedException[1];
    Path root = Files.isSymbolicLink(named) ? named.resolve(".") : named;
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return isHidden(folder) && !folder.equals(root)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes) {
              Path file = named.resolve(root.relativize(visited));
              try {
                boolean taken = !isHidden(file) && Files.isRegularFile(file);
                if (taken && EXTENSIONS.contains(extension(file))) {
                  visitor.image(candidate(file));
                } else if (taken && PHOTOS_LEFT_OUT.contains(extension(file))) {
                  visitor.photoLeftOut(file, extension(file));
                } else {
                  visitor.other(file);
                }
                return FileVisitResult.CONTINUE;
              } catch (InterruptedException e) {
                interrupted[0] = e;
                return FileVisitResult.TERMINATE;
              }
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              visitor.unreadable(file, e);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      visitor.unreadable(named, e);
    }
    if (interrupted[0] != null) {
      throw interrupted[0];
    }
  }

  private ImportSource.Candidate candidate(Path file) {
    return new ImportSource.Candidate(file, title(file), tags);
  }

  /// The name of the file as a title: without its extension, underscores as spaces.
  static String title(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name).replace('_', ' ').strip();
  }

  private static boolean isHidden(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().startsWith(".");
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
