#pragma once

#include <stddef.h>
#include <stdint.h>

/// Unpacks a raw deflate stream that gives exactly `size` bytes into `result`. Returns 1, or 0 if it
/// does not.
int zip_inflate(const uint8_t *stored, size_t count, uint8_t *result, size_t size);

/// The CRC-32 of some bytes, as zip archives carry it.
uint32_t zip_checksum(const uint8_t *bytes, size_t count);
