import Digests
import Foundation
import Images

/// An image file found below a folder, or in a zip file.
struct ListedFile: Sendable, Hashable {
  /// Relative to the folder or in the archive, with `/` between its parts; for people.
  let path: String
  /// The same as the system has it.
  let name: FileName
  /// Its number in an archive.
  var entry: UInt64 = 0
}

/// What is below a folder.
struct FileListing: Sendable {
  /// Files that are named as images or begin as one does, ordered by path, byte by byte.
  private(set) var images: [ListedFile] = []
  private(set) var leftOut = LeftOutCollection()
  /// A digest of every image's name and size and of its times.
  private(set) var digest = ""
  private var stamps: [FileName: String] = [:]
  private var visited: Set<FolderNumber> = []
  /// Links to folders, which are gone through when all folders have been.
  private var links: [(folder: FileName, prefix: [UInt8])] = []

  /// A folder, whatever path leads to it.
  private struct FolderNumber: Hashable {
    let device: dev_t
    let inode: ino_t

    init(_ status: stat) { (device, inode) = (status.st_dev, status.st_ino) }
  }

  /// Suffixes of the files that count as images even where they turn out to hold none, so that a
  /// damaged image is told of; what a file holds decides what it is.
  private static let suffixes: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "tif", "tiff", "bmp", "dib", "pbm", "pgm",
    "ppm", "pnm", "pam",
  ]

  /// Folders that systems fill with small copies of images, or with what was thrown away.
  private static let systemFolders: Set<String> = [
    "@eaDir", "__MACOSX", "#recycle", "$RECYCLE.BIN", "lost+found",
  ]

  static func isImageName(_ name: FileName) -> Bool {
    guard let dot = name.bytes.lastIndex(of: UInt8(ascii: ".")), dot != 0 else { return false }
    return suffixes.contains(String(decoding: name.bytes[(dot + 1)...], as: UTF8.self).lowercased())
  }

  static func isSystemFolder(_ name: FileName) -> Bool { systemFolders.contains(name.text) }

  /// Lists a folder. Hidden files are ignored. Links to folders are followed after the folders
  /// themselves: a folder is read once, under its own name before that of a link, and not where a link
  /// leads back to a folder around it.
  init(folder: String, recursive: Bool = true) {
    let root = FileName(folder)
    markFoldersAround(root)
    scan(root, prefix: [], recursive: recursive, depth: 0)
    var next = 0
    while next < links.count {
      let link = links[next]
      next += 1
      let text = FileName(Array(link.prefix.dropLast())).text
      guard let status = link.folder.status(followingLinks: true),
        visited.insert(FolderNumber(status)).inserted
      else {
        leftOut.add(.repeatedFolder, text)
        continue
      }
      scan(link.folder, prefix: link.prefix, recursive: true, depth: 1)
    }
    images.sort { $0.name < $1.name }
    var sum = SHA256()
    for image in images { sum.update("\(image.path)\0\(stamps[image.name] ?? "")\0") }
    digest = sum.finish()
    (stamps, visited, links) = ([:], [], [])
  }

  /// A link to a folder that holds the one that is read is a circle.
  private mutating func markFoldersAround(_ root: FileName) {
    var folder = root
    for _ in 0..<1000 {
      guard let status = folder.status(followingLinks: true),
        visited.insert(FolderNumber(status)).inserted
      else { return }
      folder = folder.appending(FileName(".."))
    }
  }

  private mutating func scan(_ folder: FileName, prefix: [UInt8], recursive: Bool, depth: Int) {
    guard depth < 64, let names = folder.namesInFolder() else {
      let text = FileName(Array(prefix.dropLast())).text
      leftOut.add(.unopenableFolder, prefix.isEmpty ? folder.text : text)
      return
    }
    for name in names {
      let path = folder.appending(name)
      let relative = FileName(prefix + name.bytes)
      guard !name.isHidden else {
        leftOut.add(.hidden, relative.text)
        continue
      }
      guard let status = path.status(followingLinks: false) else { continue }
      guard status.st_mode & S_IFMT != S_IFDIR else {
        if Self.isSystemFolder(name) {
          leftOut.add(.systemFolder, relative.text)
        } else if !recursive {
          leftOut.add(.folder, relative.text)
        } else if visited.insert(FolderNumber(status)).inserted {
          scan(path, prefix: relative.bytes + [47], recursive: true, depth: depth + 1)
        } else {
          leftOut.add(.repeatedFolder, relative.text)
        }
        continue
      }
      guard let target = path.status(followingLinks: true) else {
        leftOut.add(.deadLink, relative.text)
        continue
      }
      switch target.st_mode & S_IFMT {
      case S_IFDIR where recursive: links.append((path, relative.bytes + [47]))
      case S_IFDIR: leftOut.add(.folder, relative.text)
      case S_IFREG: add(path, relative, target)
      case S_IFIFO, S_IFSOCK: leftOut.add(.pipe, relative.text)
      default: leftOut.add(.device, relative.text)
      }
    }
  }

  private mutating func add(_ path: FileName, _ relative: FileName, _ status: stat) {
    if !Self.isImageName(relative) {
      guard status.st_size > 0 else { return leftOut.add(.empty, relative.text) }
      guard let start = beginning(of: path, count: FileKind.signatureLength) else {
        return leftOut.add(.unopenable, relative.text)
      }
      guard PixelImage.isImage(beginning: start) else {
        let kind = FileKind(beginning: start)
        return leftOut.add(kind.map { .kind($0) } ?? .unknown, relative.text)
      }
    }
    images.append(ListedFile(path: relative.text, name: relative))
    stamps[relative] = "\(status.st_size) \(FileTimes(status))"
  }

  /// What was found, for a message about what was not.
  var summary: String {
    let groups = leftOut.groups
    return groups.isEmpty ? "nothing" : groups.map(\.description).joined(separator: ", ")
  }
}
