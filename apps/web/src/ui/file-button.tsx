export interface FileButtonProps {
  readonly label: string;
  /** Endings of the files that a picker offers; all if it is left away. */
  readonly accept?: string;
  onFiles(files: readonly File[]): void;
}

/** Opens the picker of files: the browser's own button speaks the language of the browser, not that of the page. */
export function FileButton({ label, accept, onFiles }: FileButtonProps) {
  return (
    <label class="file-button">
      <span>{label}</span>
      <input
        class="visually-hidden"
        type="file"
        multiple
        accept={accept}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // The same files may be chosen once more.
          currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </label>
  );
}
