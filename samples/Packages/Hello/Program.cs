Console.WriteLine(System.IO.Hashing.Crc32.HashToUInt32("hello"u8));
