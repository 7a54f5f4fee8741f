package io.sketchstream.shell.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskGaugesTest {
  @TempDir Path directory;

  @Test
  void findsTheDiskOfADirectoryThatDoesNotExistYet() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    DiskGauges.bind(meters, "query", directory.resolve("not/yet"));
    double total = meters.get("disk.total").tag("volume", "query").gauge().value();
    assertEquals(directory.toFile().getTotalSpace(), total);
    double free = meters.get("disk.free").tag("volume", "query").gauge().value();
    assertTrue(free > 0 && free <= total, "free " + free + " of " + total);
  }
}
