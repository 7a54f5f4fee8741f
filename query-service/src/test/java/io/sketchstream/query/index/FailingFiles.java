package io.sketchstream.query.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/// Files on a disk that fails when a test says so.
///
/// **Threads:** any, at the same time.
final class FailingFiles implements ShardFiles {
  private final Fault fault;

  FailingFiles(Fault fault) {
    this.fault = fault;
  }

  /// What is done with a file.
  enum Access {
    CREATE,
    WRITE,
    SYNC,
    RENAME,
    OPEN,
    DELETE
  }

  /// Decides what fails.
  @FunctionalInterface
  interface Fault {
    /// @throws IOException when it is to fail
    void before(Access access, String file) throws IOException;
  }

  @Override
  public Directory open(Path path) throws IOException {
    return new FilterDirectory(FSDirectory.open(path)) {
      @Override
      public IndexOutput createOutput(String name, IOContext context) throws IOException {
        fault.before(Access.CREATE, name);
        return failing(super.createOutput(name, context));
      }

      @Override
      public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
          throws IOException {
        fault.before(Access.CREATE, prefix + suffix);
        return failing(super.createTempOutput(prefix, suffix, context));
      }

      @Override
      public IndexInput openInput(String name, IOContext context) throws IOException {
        fault.before(Access.OPEN, name);
        return super.openInput(name, context);
      }

      @Override
      public void sync(Collection<String> names) throws IOException {
        fault.before(Access.SYNC, names.toString());
        super.sync(names);
      }

      @Override
      public void rename(String source, String target) throws IOException {
        fault.before(Access.RENAME, source);
        super.rename(source, target);
      }

      @Override
      public void deleteFile(String name) throws IOException {
        fault.before(Access.DELETE, name);
        super.deleteFile(name);
      }
    };
  }

  private IndexOutput failing(IndexOutput output) {
    return new FilterIndexOutput("failing " + output, output.getName(), output) {
      @Override
      public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
        fault.before(Access.WRITE, getName());
        super.writeBytes(bytes, offset, length);
      }
    };
  }
}
