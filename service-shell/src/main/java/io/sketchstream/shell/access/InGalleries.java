package io.sketchstream.shell.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a resource method that keys limited to galleries may call: it keeps to the caller's
/// [GalleryLimit], or reveals nothing about single images. All other methods refuse such keys.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface InGalleries {}
