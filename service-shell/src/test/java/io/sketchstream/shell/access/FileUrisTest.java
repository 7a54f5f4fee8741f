package io.sketchstream.shell.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FileUrisTest {
  @Test
  void pathsAreLeftOutAndOtherUrisStay() {
    for (String path :
        List.of(
            "file:///home/ann/cat.jpg",
            "FILE:/a",
            " file:a",
            "/home/ann/cat.jpg",
            "C:\\ann\\cat",
            "c:/ann",
            "\\\\server\\ann",
            "file:///a\nb")) {
      assertEquals("", FileUris.withoutPath(path), path);
    }
    for (String other : List.of("", "https://example.org/a", "s3://bucket/a", "urn:x:1", "a/b")) {
      assertEquals(other, FileUris.withoutPath(other));
    }
  }

  @Test
  void withoutKeysTheOwnerIsOnTheSameMachine() {
    assertTrue(FileUris.isOwner(true, Optional.empty(), "127.0.0.1", false));
    assertTrue(FileUris.isOwner(true, Optional.empty(), "0:0:0:0:0:0:0:1", false));
    assertFalse(FileUris.isOwner(true, Optional.empty(), "192.168.1.5", false));
    assertFalse(FileUris.isOwner(true, Optional.empty(), null, false));
    // A proxy on the machine calls for somebody else.
    assertFalse(FileUris.isOwner(true, Optional.empty(), "127.0.0.1", true));
  }

  @Test
  void aCallOfAProxyIsKnownByAnyOfItsHeaders() {
    assertFalse(FileUris.isForwarded(MultiMap.caseInsensitiveMultiMap().add("Host", "a")));
    for (String header :
        List.of(
            "forwarded",
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-real-ip")) {
      assertTrue(FileUris.isForwarded(MultiMap.caseInsensitiveMultiMap().add(header, "a")), header);
    }
  }

  @Test
  void withKeysTheOwnerHasTheScopeAdmin() {
    Key reader = new Key("reader", EnumSet.of(Scope.READ), GalleryLimit.NONE, Key.hash("r"));
    assertFalse(FileUris.isOwner(false, Optional.of(reader), "127.0.0.1", false));
    assertFalse(FileUris.isOwner(false, Optional.empty(), "127.0.0.1", false));
    assertTrue(FileUris.isOwner(false, Optional.of(Key.ofAll("token", "t")), "10.0.0.1", true));
  }
}
