"""Tables of counts, lineages, trees and matrices."""
