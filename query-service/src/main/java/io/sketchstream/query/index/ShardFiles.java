package io.sketchstream.query.index;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/// Where the files of a shard are.
@FunctionalInterface
public interface ShardFiles {
  /// On the disk.
  ShardFiles ON_DISK = FSDirectory::open;

  /// @param path an existing directory
  /// @return the index closes it
  /// @throws IOException when it can't be read
  Directory open(Path path) throws IOException;
}
